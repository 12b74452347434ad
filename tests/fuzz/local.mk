# Each NAME_fuzz.c is a target: make check runs it for a moment through drive.c, make fuzz for as long as
# one likes under libFuzzer. tools/fuzz finds the sources by itself; here a target says what it links.
FUZZ_DRIVER = %D%/drive.c %D%/fuzz.h
FUZZ = %D%/frame_fuzz %D%/elf_fuzz
%C%_frame_fuzz_SOURCES = %D%/frame_fuzz.c $(FUZZ_DRIVER)
%C%_frame_fuzz_LDADD   = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
check_PROGRAMS += $(FUZZ)
TESTS          += $(FUZZ)
%C%_elf_fuzz_SOURCES   = %D%/elf_fuzz.c tests/helpers/elf_image.h $(FUZZ_DRIVER)
%C%_elf_fuzz_LDADD     = $(LIB_LAUNCH) $(LIB_BASE)
