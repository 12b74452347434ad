# Plays reeve for reeve-store, in scripts.
check_PROGRAMS          += %D%/store-drive
%C%_store_drive_SOURCES  = %D%/store-drive.c
%C%_store_drive_LDADD    = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
