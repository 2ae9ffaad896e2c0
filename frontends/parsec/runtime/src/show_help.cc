#include "parsec/utils/show_help.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "parsec/utils/output.h"

namespace {

std::mutex folders_lock;
std::vector<std::string>& Folders() {  // Under folders_lock.
  static auto& folders = *new std::vector<std::string>{"."};
  return folders;
}

bool FindText(const std::string& filename, const std::string& topic, std::string* text) {
  const std::lock_guard<std::mutex> hold(folders_lock);
  for (const std::string& folder : Folders()) {
    std::ifstream file(folder + "/" + filename);
    bool found = false;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] == '[') {
        if (found) break;
        found = line == "[" + topic + "]";
      } else if (found && (line.empty() || line[0] != '#')) {
        *text += line + "\n";
      }
    }
    if (found) return true;
  }
  return false;
}

}  // namespace

extern "C" {

int parsec_show_help_add_dir(const char* directory) {
  if (directory == nullptr) return PARSEC_ERR_BAD_PARAM;
  const std::lock_guard<std::mutex> hold(folders_lock);
  Folders().emplace_back(directory);
  return PARSEC_SUCCESS;
}

int parsec_show_vhelp(const char* filename, const char* topic, int want_error_header, va_list ap) {
  std::string format;
  if (!FindText(filename, topic, &format)) {
    parsec_output(0, "parsec: there is no help [%s] in a file %s", topic, filename);
    return PARSEC_ERR_NOT_FOUND;
  }
  va_list again;
  va_copy(again, ap);
  std::string text(static_cast<std::size_t>(std::max(0, std::vsnprintf(nullptr, 0, format.c_str(), again))), '\0');
  va_end(again);
  std::vsnprintf(text.data(), text.size() + 1, format.c_str(), ap);
  static const std::string kLine(76, '-');
  parsec_output(0, "%s", want_error_header != 0 ? (kLine + "\n" + text + kLine).c_str() : text.c_str());
  return PARSEC_SUCCESS;
}

int parsec_show_help(const char* filename, const char* topic, int want_error_header, ...) {
  va_list arguments;
  va_start(arguments, want_error_header);
  const int status = parsec_show_vhelp(filename, topic, want_error_header, arguments);
  va_end(arguments);
  return status;
}

}  // extern "C"
