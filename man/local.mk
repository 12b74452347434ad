dist_man_MANS = %D%/reeve-protocol.7 %D%/reevectl.1 %D%/reeve.ini.5
