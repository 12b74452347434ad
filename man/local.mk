dist_man_MANS = %D%/reeve.8 %D%/reeve-bundle.1 %D%/reeve-bundle.5 %D%/reeve-protocol.7 %D%/reevectl.1 %D%/reeve.ini.5
