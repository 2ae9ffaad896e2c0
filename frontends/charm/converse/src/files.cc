// Files, and stack traces.
#include <execinfo.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "frontends/charm/converse/src/api.h"

void CmiMkdir(const char* dirName) { (void)mkdir(dirName, 0777); }

FILE* CmiFopen(const char* path, const char* mode) {
  FILE* file = nullptr;
  do {
    file = std::fopen(path, mode);
  } while (file == nullptr && errno == EINTR);
  return file;
}

// Once: a stream is gone after a close, also after a failed one.
int CmiFclose(FILE* file) { return std::fclose(file); }

size_t CmiFwrite(const void* ptr, size_t size, size_t nmemb, FILE* file) {
  const char* const bytes = static_cast<const char*>(ptr);
  size_t done = 0;
  while (done < nmemb) {
    errno = 0;
    const size_t more = std::fwrite(bytes + done * size, size, nmemb - done, file);
    done += more;
    if (more == 0 && errno != EINTR) break;
    if (std::ferror(file) != 0 && errno == EINTR) std::clearerr(file);
  }
  return done;
}

int CmiOpen(const char* path, int flags, int mode) {
  int fd = -1;
  do {
    fd = open(path, flags, mode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

CmiInt8 CmiPwrite(int fd, const char* buf, size_t bytes, size_t offset) {
  size_t done = 0;
  while (done < bytes) {
    const ssize_t more = pwrite(fd, buf + done, bytes - done, static_cast<off_t>(offset + done));
    if (more > 0) {
      done += static_cast<size_t>(more);
    } else if (more == 0 || errno != EINTR) {
      return done > 0 ? static_cast<CmiInt8>(done) : more;
    }
  }
  return static_cast<CmiInt8>(done);
}

[[gnu::noinline]] void CmiBacktraceRecord(void** retPtrs, int nSkip, int* levels) {
  const int skip = std::max(nSkip, 0) + 1;  // This function.
  std::vector<void*> all(static_cast<size_t>(std::max(*levels, 0) + skip));
  const int found = backtrace(all.data(), static_cast<int>(all.size()));
  *levels = std::max(0, found - skip);
  for (int i = 0; i < *levels; ++i) retPtrs[i] = all[static_cast<size_t>(i + skip)];
}
char** CmiBacktraceLookup(void** retPtrs, int levels) { return backtrace_symbols(retPtrs, levels); }
void CmiBacktracePrint(void** retPtrs, int levels) {
  char** const names = CmiBacktraceLookup(retPtrs, levels);
  for (int i = 0; names != nullptr && i < levels; ++i) CmiPrintf("  [%d] %s\n", i, names[i]);
  std::free(names);
}
[[gnu::noinline]] void CmiPrintStackTrace(int nSkip) {
  void* calls[64];
  int levels = 64;
  CmiBacktraceRecord(calls, std::max(nSkip, 0) + 1, &levels);
  CmiBacktracePrint(calls, levels);
}
