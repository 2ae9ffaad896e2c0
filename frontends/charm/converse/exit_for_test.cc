// For the tests of this package: PEs, their stacks and what they hold last as long as the process, outside of what LeakSanitizer
// looks at. AddressSanitizer looks for everything else.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }  // NOLINT: its name.
