# Each NAME_fuzz.c is a target: make check runs it for a moment through drive.c, make fuzz for as long as
# one likes under libFuzzer. tools/fuzz finds the sources by itself; here a target says what it links.
FUZZ_DRIVER = %D%/drive.c %D%/fuzz.h
FUZZ  =

FUZZ += %D%/frame_fuzz
%C%_frame_fuzz_SOURCES = %D%/frame_fuzz.c $(FUZZ_DRIVER)
%C%_frame_fuzz_LDADD   = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)

FUZZ += %D%/session_fuzz
%C%_session_fuzz_SOURCES = %D%/session_fuzz.c $(FUZZ_DRIVER)
%C%_session_fuzz_LDADD   = $(LIB_CORE) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(EV_LIBS)

FUZZ += %D%/conf_fuzz
%C%_conf_fuzz_SOURCES  = %D%/conf_fuzz.c $(FUZZ_DRIVER)
%C%_conf_fuzz_LDADD    = $(LIB_CONF) $(LIB_WIRE) $(LIB_BASE)

FUZZ += %D%/elf_fuzz
%C%_elf_fuzz_SOURCES   = %D%/elf_fuzz.c tests/helpers/elf_image.h $(FUZZ_DRIVER)
%C%_elf_fuzz_LDADD     = $(LIB_LAUNCH) $(LIB_BASE)

FUZZ += %D%/env_file_fuzz
%C%_env_file_fuzz_SOURCES = %D%/env_file_fuzz.c $(FUZZ_DRIVER)
%C%_env_file_fuzz_LDADD   = $(LIB_LAUNCH) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)

FUZZ += %D%/index_fuzz
%C%_index_fuzz_SOURCES = %D%/index_fuzz.c $(FUZZ_DRIVER)
%C%_index_fuzz_LDADD   = $(LIB_TREE) $(LIB_BASE) $(SHA256_LIBS)

FUZZ += %D%/manifest_fuzz
%C%_manifest_fuzz_SOURCES = %D%/manifest_fuzz.c $(FUZZ_DRIVER)
%C%_manifest_fuzz_LDADD   = $(LIB_BUNDLE) $(LIB_TREE) $(LIB_BASE) $(JANSSON_LIBS) $(CRYPTO_LIBS)

FUZZ += %D%/signature_fuzz
%C%_signature_fuzz_SOURCES = %D%/signature_fuzz.c $(FUZZ_DRIVER)
%C%_signature_fuzz_LDADD   = $(LIB_BUNDLE) $(LIB_TREE) $(LIB_BASE) $(JANSSON_LIBS) $(CRYPTO_LIBS)
FUZZ += %D%/lines_fuzz
%C%_lines_fuzz_SOURCES = %D%/lines_fuzz.c $(FUZZ_DRIVER)
%C%_lines_fuzz_LDADD   = $(LIB_LOG) $(LIB_BASE)

FUZZ += %D%/message_fuzz
%C%_message_fuzz_SOURCES = %D%/message_fuzz.c $(FUZZ_DRIVER)
%C%_message_fuzz_LDADD   = $(LIB_LOG) $(LIB_BASE)

FUZZ += %D%/frames_fuzz
%C%_frames_fuzz_SOURCES = %D%/frames_fuzz.c $(FUZZ_DRIVER)
%C%_frames_fuzz_LDADD   = $(LIB_LOG) $(LIB_SYS) $(LIB_BASE) $(ZSTD_LIBS)

check_PROGRAMS += $(FUZZ)
TESTS          += $(FUZZ)
