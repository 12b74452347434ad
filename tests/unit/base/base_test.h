/* What every test of base/ includes first, in the order that cmocka asks for. */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RUN_TESTS(argc, argv, tests) \
	(((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0), cmocka_run_group_tests(tests, NULL, NULL))

#endif
