// Output streams and messages. A message is made whole and written with one call.
#include "parsec/utils/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "parsec/runtime.h"
#include "parsec/utils/debug.h"

int parsec_debug_output = 0;
int parsec_debug_verbose = 1;
int parsec_debug_rank = 0;

namespace heddle::parsec {
namespace {

struct Stream {
  bool used = false;
  bool enabled = true;
  int level = 1;
  bool to_stdout = false;
  bool to_stderr = true;
  std::FILE* file = nullptr;
  std::string prefix;
  std::string suffix;
};

constexpr int kMaxStreams = 64;

struct Streams {
  std::mutex lock;
  Stream all[kMaxStreams];
  Streams() { all[0].used = true; }
  static Streams& Get() {
    static auto& streams = *new Streams;
    return streams;
  }
  Stream* At(int id) { return id >= 0 && id < kMaxStreams && all[id].used ? &all[id] : nullptr; }
};

std::string Format(const char* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  std::string text(static_cast<std::size_t>(std::max(0, std::vsnprintf(nullptr, 0, format, again))), '\0');
  va_end(again);
  std::vsnprintf(text.data(), text.size() + 1, format, arguments);
  return text;
}

void Write(int id, absl::string_view text) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  const Stream* stream = streams.At(id);
  if (stream == nullptr || !stream->enabled) return;
  std::string lines;
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  for (absl::string_view line : absl::StrSplit(text, '\n')) absl::StrAppend(&lines, stream->prefix, line, stream->suffix, "\n");
  if (stream->to_stdout) {
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
  }
  if (stream->to_stderr) std::fwrite(lines.data(), 1, lines.size(), stderr);
  if (stream->file != nullptr) {
    std::fwrite(lines.data(), 1, lines.size(), stream->file);
    std::fflush(stream->file);
  }
}

int LevelOf(int id) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  const Stream* stream = streams.At(id);
  return stream == nullptr ? -1 : stream->level;
}

void Fill(Stream& stream, const parsec_output_stream_t* description) {
  if (stream.file != nullptr) std::fclose(stream.file);
  stream = Stream{};
  stream.used = true;
  if (description == nullptr) return;
  stream.level = description->lds_verbose_level;
  stream.to_stdout = description->lds_want_stdout;
  stream.to_stderr = description->lds_want_stderr || description->lds_want_syslog;
  if (description->lds_prefix != nullptr) stream.prefix = description->lds_prefix;
  if (description->lds_suffix != nullptr) stream.suffix = description->lds_suffix;
  if (description->lds_want_file) {
    const char* folder = std::getenv("TMPDIR");
    const std::string name = absl::StrCat(folder != nullptr ? folder : "/tmp", "/parsec-", getpid(), "-",
                                          description->lds_file_suffix != nullptr ? description->lds_file_suffix : "output.txt");
    stream.file = std::fopen(name.c_str(), description->lds_want_file_append ? "ae" : "we");
    if (stream.file == nullptr) std::fprintf(stderr, "parsec: cannot write to %s\n", name.c_str());
  }
}

void ConstructStream(parsec_output_stream_t* stream) {
  const parsec_object_t object = stream->super;
  std::memset(stream, 0, sizeof *stream);
  std::memcpy(&stream->super, &object, sizeof object);
  stream->lds_verbose_level = 1;
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT: the C API below is this file's subject.

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_output_stream_t, parsec_object_t, ConstructStream, NULL);

bool parsec_output_init() { return true; }

void parsec_output_finalize() {
  for (int id = 1; id < kMaxStreams; ++id) parsec_output_close(id);
}

int parsec_output_open(parsec_output_stream_t* lds) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  for (int id = 1; id < kMaxStreams; ++id) {
    if (streams.all[id].used) continue;
    Fill(streams.all[id], lds);
    return id;
  }
  return -1;
}

int parsec_output_reopen(int output_id, parsec_output_stream_t* lds) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  if (output_id < 0 || output_id >= kMaxStreams) return -1;
  Fill(streams.all[output_id], lds);
  return output_id;
}

bool parsec_output_switch(int output_id, bool enable) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  Stream* stream = streams.At(output_id);
  if (stream == nullptr) return false;
  const bool before = stream->enabled;
  stream->enabled = enable;
  return before;
}

void parsec_output_close(int output_id) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  Stream* stream = streams.At(output_id);
  if (stream == nullptr || output_id == 0) return;
  if (stream->file != nullptr) std::fclose(stream->file);
  *stream = Stream{};
}

void parsec_output(int output_id, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Write(output_id, Format(format, arguments));
  va_end(arguments);
}

void parsec_output_vverbose(int verbose_level, int output_id, const char* format, va_list ap) {
  if (LevelOf(output_id) >= verbose_level) Write(output_id, Format(format, ap));
}

void parsec_output_verbose(int verbose_level, int output_id, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  parsec_output_vverbose(verbose_level, output_id, format, arguments);
  va_end(arguments);
}

void parsec_output_set_verbosity(int output_id, int level) {
  Streams& streams = Streams::Get();
  const std::lock_guard<std::mutex> hold(streams.lock);
  if (Stream* stream = streams.At(output_id)) stream->level = level;
}

int parsec_output_get_verbosity(int output_id) { return LevelOf(output_id); }

void parsec_message_(char kind, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const std::string text = Format(format, arguments);
  va_end(arguments);
  Write(0, absl::StrCat("parsec[", parsec_debug_rank, "]: ", kind == 'W' ? "warning: " : "", text));
}

void parsec_fatal_(const char* function, int line, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const std::string text = Format(format, arguments);
  va_end(arguments);
  Write(0, absl::StrCat("parsec[", parsec_debug_rank, "]: fatal: ", text, " (", function, ":", line, ")"));
  if (mca::IntParameter("debug_coredump_on_fatal") != 0) std::abort();
  parsec_abort(nullptr, -6);
  std::_Exit(250);
}

void parsec_debug_message_(int level, int output_id, const char* function, int line, const char* format, ...) {
  if (LevelOf(output_id) < level) return;
  va_list arguments;
  va_start(arguments, format);
  const std::string text = Format(format, arguments);
  va_end(arguments);
  Write(output_id, absl::StrCat("parsec[", parsec_debug_rank, "]: ", text, " (", function, ":", line, ")"));
}

void parsec_debug_init() {
  parsec_debug_verbose = static_cast<int>(mca::IntParameter("debug_verbose"));
  if (parsec_debug_output == 0) {
    parsec_output_set_verbosity(0, parsec_debug_verbose);
  } else {
    parsec_output_set_verbosity(parsec_debug_output, parsec_debug_verbose);
  }
}

void parsec_debug_fini() {}

}  // extern "C"
