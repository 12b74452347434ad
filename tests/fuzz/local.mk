# Each NAME_fuzz.c is a target: make check runs it for a moment through drive.c, make fuzz for as long as
# one likes under libFuzzer. tools/fuzz finds the sources by itself; here a target says what it links.
FUZZ_DRIVER = %D%/drive.c %D%/fuzz.h
FUZZ  =

FUZZ += %D%/frame_fuzz
%C%_frame_fuzz_SOURCES = %D%/frame_fuzz.c $(FUZZ_DRIVER)
%C%_frame_fuzz_LDADD   = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)

FUZZ += %D%/conf_fuzz
%C%_conf_fuzz_SOURCES  = %D%/conf_fuzz.c $(FUZZ_DRIVER)
%C%_conf_fuzz_LDADD    = $(LIB_CONF) $(LIB_WIRE) $(LIB_BASE)

FUZZ += %D%/elf_fuzz
%C%_elf_fuzz_SOURCES   = %D%/elf_fuzz.c tests/helpers/elf_image.h $(FUZZ_DRIVER)
%C%_elf_fuzz_LDADD     = $(LIB_LAUNCH) $(LIB_BASE)

check_PROGRAMS += $(FUZZ)
TESTS          += $(FUZZ)
