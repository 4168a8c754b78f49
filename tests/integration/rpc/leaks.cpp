// gRPC's own threads outlive main. Each holds random state of OpenSSL's, which frees it when they end: the
// leak sanitizer may look in between. Only what OpenSSL allocates is passed over, and only in this
// executable.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name

extern "C" const char* __lsan_default_suppressions() {  // NOLINT: as above
    return "leak:libcrypto.so\n";
}
