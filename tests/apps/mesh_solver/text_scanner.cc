#include "tests/apps/mesh_solver/text_scanner.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace heddle::mesh {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

}  // namespace

std::string Quoted(std::string_view token) {
  constexpr std::size_t kShown = 40;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "'";
  for (char c : token.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out + (token.size() > kShown ? "...'" : "'");
}

bool TextScanner::NextLine() {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  current_ = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  ++line_;
  return true;
}

bool TextScanner::NextDataLine(char comment, bool skip_blank) {
  while (NextLine()) {
    if (!current_.empty() && current_.front() == comment) continue;
    if (skip_blank && AtEndOfLine()) continue;
    return true;
  }
  return false;
}

bool TextScanner::AtEndOfLine() {
  while (!current_.empty() && IsBlank(current_.front())) current_.remove_prefix(1);
  return current_.empty();
}

std::string_view TextScanner::NextToken() {
  if (AtEndOfLine()) return {};
  std::size_t length = 0;
  while (length < current_.size() && !IsBlank(current_[length])) ++length;
  const std::string_view token = current_.substr(0, length);
  current_.remove_prefix(length);
  return token;
}

absl::StatusOr<std::int64_t> TextScanner::NextInteger(std::string_view what, std::int64_t low,
                                                      std::int64_t high) {
  const std::string_view token = NextToken();
  if (token.empty()) return Error(Text("expected ", what, ", found the end of the line"));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  const bool whole = end == token.data() + token.size();
  if (error == std::errc::invalid_argument || !whole) {
    return Error(Text("expected ", what, ", a whole number, found ", Quoted(token)));
  }
  if (error == std::errc::result_out_of_range || value < low || value > high) {
    return Error(Text(what, " is ", Quoted(token), ", outside ", low, "..", high));
  }
  return value;
}

absl::StatusOr<double> TextScanner::NextReal(std::string_view what) {
  std::string_view token = NextToken();
  if (token.empty()) return Error(Text("expected ", what, ", found the end of the line"));
  const std::string_view shown = token;
  if (token.front() == '+') token.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc::result_out_of_range) {
    return Error(Text(what, " is ", Quoted(shown), ", outside the range of a double"));
  }
  if (error != std::errc() || end != token.data() + token.size() || !std::isfinite(value)) {
    return Error(Text("expected ", what, ", a finite number, found ", Quoted(shown)));
  }
  return value;
}

absl::Status TextScanner::ErrorAt(std::int64_t line, std::string_view message) const {
  return absl::InvalidArgumentError(Text(name_, ":", line, ": ", message));
}

}  // namespace heddle::mesh
