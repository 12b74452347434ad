dnl Warnings, hardening and sanitizers: each flag is probed, none is assumed.

AC_DEFUN([REEVE_CFLAG], [
	AS_VAR_PUSHDEF([cache], [reeve_cv_cflag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [cache], [
		reeve_saved=$CFLAGS; CFLAGS="$CFLAGS -Werror $1"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS=$reeve_saved])
	AS_VAR_IF([cache], [yes], [REEVE_CFLAGS="$REEVE_CFLAGS $1"])
	AS_VAR_POPDEF([cache])])

AC_DEFUN([REEVE_LDFLAG], [
	AS_VAR_PUSHDEF([cache], [reeve_cv_ldflag_$1])
	AC_CACHE_CHECK([whether the linker takes $1], [cache], [
		reeve_saved=$LDFLAGS; LDFLAGS="$LDFLAGS $1"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		LDFLAGS=$reeve_saved])
	AS_VAR_IF([cache], [yes], [REEVE_LDFLAGS="$REEVE_LDFLAGS $1"])
	AS_VAR_POPDEF([cache])])

AC_DEFUN([REEVE_FLAGS], [
	AC_ARG_ENABLE([dev], [AS_HELP_STRING([--enable-dev], [warnings are errors, BUG() aborts, -O1 -g3])],
		[reeve_dev=$enableval], [reeve_dev=no])
	AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [leave the hardening flags out])],
		[reeve_hardening=$enableval], [reeve_hardening=yes])
	AC_ARG_WITH([sanitize], [AS_HELP_STRING([--with-sanitize=LIST], [build with these sanitizers, as in address,undefined])],
		[reeve_sanitize=$withval], [reeve_sanitize=])
	REEVE_CFLAGS="-std=gnu11"
	REEVE_LDFLAGS=
	m4_foreach_w([flag], [-Wall -Wextra -Wformat=2 -Wshadow -Wpointer-arith -Wcast-qual
		-Wwrite-strings -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes
		-Wold-style-definition -Wimplicit-fallthrough -Wswitch-enum -Wdate-time
		-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Walloca -Wjump-misses-init
		-Wno-missing-field-initializers], [REEVE_CFLAG(flag)])
	AS_IF([test "$reeve_dev" = yes], [
		AC_DEFINE([REEVE_DEV], [1], [Developer build: BUG() aborts.])
		REEVE_CFLAGS="$REEVE_CFLAGS -Werror -O1 -g3"])
	AS_IF([test -n "$reeve_sanitize"], [
		REEVE_CFLAGS="$REEVE_CFLAGS -fsanitize=$reeve_sanitize -fno-omit-frame-pointer -fno-sanitize-recover=all"
		REEVE_LDFLAGS="$REEVE_LDFLAGS -fsanitize=$reeve_sanitize"],
	[test "$reeve_hardening" = yes], [
		m4_foreach_w([flag], [-fstack-protector-strong -fstack-clash-protection
			-fcf-protection=full -ftrivial-auto-var-init=zero], [REEVE_CFLAG(flag)])
		REEVE_CFLAG([-fPIE])
		m4_foreach([flag], [[-pie], [-Wl,-z,relro], [-Wl,-z,now], [-Wl,-z,noexecstack]], [REEVE_LDFLAG(m4_dquote(m4_defn([flag])))])
		AS_IF([test "$reeve_dev" = no], [REEVE_CFLAGS="$REEVE_CFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])])
	REEVE_LDFLAG([[-Wl,--as-needed]])
	AC_SUBST([SANITIZE], [$reeve_sanitize])
	AC_SUBST([REEVE_CFLAGS])
	AC_SUBST([REEVE_LDFLAGS])])

AC_DEFUN([REEVE_STATIC_SHA256], [
	AC_CACHE_CHECK([for SHA-256 in a static libcrypto], [reeve_cv_static_sha256], [
		reeve_saved=$LIBS; LIBS="-Wl,-Bstatic -lcrypto -Wl,-Bdynamic $LIBS"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <openssl/sha.h>]], [[SHA256_CTX c; return !SHA256_Init(&c);]])],
			[reeve_cv_static_sha256=yes], [reeve_cv_static_sha256=no])
		LIBS=$reeve_saved])
	AS_IF([test $reeve_cv_static_sha256 = yes],
		[SHA256_LIBS="-Wl,-Bstatic -lcrypto -Wl,-Bdynamic"; reeve_sha256="static libcrypto"],
		[SHA256_LIBS=$CRYPTO_LIBS; reeve_sha256="shared libcrypto"])
	AC_SUBST([SHA256_LIBS])])

AC_DEFUN([REEVE_ENTRY], [
	AC_ARG_WITH([musl], [AS_HELP_STRING([--without-musl], [link the program reeve with the ordinary C library])],
		[], [with_musl=check])
	AC_CHECK_PROG([MUSL_CC], [musl-gcc], [musl-gcc])
	ENTRY_CC=$CC; ENTRY_CFLAGS=; ENTRY_LDFLAGS=; reeve_entry="dynamic"
	reeve_musl_cflags="-fno-pie -ffunction-sections -fdata-sections"
	reeve_musl_ldflags="-static -no-pie -Wl,--gc-sections"
	AS_IF([test "$with_musl" != no && test -n "$MUSL_CC" && test -z "$reeve_sanitize"], [
		AC_CACHE_CHECK([whether $MUSL_CC links statically], [reeve_cv_musl], [
			reeve_saved_cc=$CC; reeve_saved_cflags=$CFLAGS; reeve_saved_ldflags=$LDFLAGS
			CC=$MUSL_CC; CFLAGS="$REEVE_CFLAGS $reeve_musl_cflags"; LDFLAGS="$REEVE_LDFLAGS $reeve_musl_ldflags"
			AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <unistd.h>]], [[return getpid() == 1;]])],
				[reeve_cv_musl=yes], [reeve_cv_musl=no])
			CC=$reeve_saved_cc; CFLAGS=$reeve_saved_cflags; LDFLAGS=$reeve_saved_ldflags])])
	AS_IF([test "$reeve_cv_musl" = yes], [
		ENTRY_CC=$MUSL_CC; ENTRY_CFLAGS=$reeve_musl_cflags; ENTRY_LDFLAGS=$reeve_musl_ldflags
		reeve_entry="static, with musl"],
	[test "$with_musl" = yes], [AC_MSG_ERROR([musl-gcc does not work: apt-get install musl-tools])])
	AC_SUBST([ENTRY_CC])
	AC_SUBST([ENTRY_CFLAGS])
	AC_SUBST([ENTRY_LDFLAGS])])
