#include "tests/apps/mesh_solver/matrix_market_reader.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

constexpr std::string_view kBanner = "%%MatrixMarket";
constexpr std::int64_t kMaxSize = std::numeric_limits<std::int32_t>::max() - 1;

struct Entry {
  std::int32_t row;
  std::int32_t column;
  double value;
  std::int64_t line;
};

std::string LowerCase(std::string_view token) {
  std::string out(token.substr(0, 64));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Takes the next word of the banner, which must be one of `allowed`.
absl::StatusOr<std::string> BannerWord(TextScanner& in, std::string_view what,
                                       const std::vector<std::string>& allowed) {
  const std::string_view token = in.NextToken();
  std::string word = LowerCase(token);
  if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return word;
  std::string list;
  for (const std::string& one : allowed) list += (list.empty() ? "" : ", ") + one;
  return in.Error(Text("the ", what, " is ", Quoted(token), "; supported: ", list));
}

struct Kind {
  bool pattern = false;
  bool symmetric = false;
};

absl::StatusOr<Kind> ParseBanner(TextScanner& in) {
  if (!in.NextLine()) return in.ErrorAt(1, "expected '%%MatrixMarket', found the end of the file");
  const std::string_view banner = in.NextToken();
  if (banner != kBanner) {
    return in.Error(Text("expected '%%MatrixMarket', found ", Quoted(banner)));
  }
  auto object = BannerWord(in, "object", {"matrix"});
  if (!object.ok()) return object.status();
  auto format = BannerWord(in, "format", {"coordinate"});
  if (!format.ok()) return format.status();
  auto field = BannerWord(in, "field", {"real", "integer", "pattern"});
  if (!field.ok()) return field.status();
  auto symmetry = BannerWord(in, "symmetry", {"general", "symmetric"});
  if (!symmetry.ok()) return symmetry.status();
  if (!in.AtEndOfLine())
    return in.Error(Text("surplus ", Quoted(in.NextToken()), " in the banner"));
  return Kind{*field == "pattern", *symmetry == "symmetric"};
}

struct Size {
  std::int64_t rows = 0;
  std::int64_t entries = 0;
  std::int64_t line = 0;
};

absl::StatusOr<Size> ParseSize(TextScanner& in) {
  if (!in.NextDataLine('%', /*skip_blank=*/true)) {
    return in.ErrorAt(in.line() + 1, "expected 'rows columns entries', found the end of the file");
  }
  Size size;
  size.line = in.line();
  auto rows = in.NextInteger("the number of rows", 1, kMaxSize);
  if (!rows.ok()) return rows.status();
  auto columns = in.NextInteger("the number of columns", 1, kMaxSize);
  if (!columns.ok()) return columns.status();
  auto entries =
      in.NextInteger("the number of entries", 0, std::numeric_limits<std::int64_t>::max());
  if (!entries.ok()) return entries.status();
  if (!in.AtEndOfLine()) return in.Error(Text("surplus ", Quoted(in.NextToken())));
  if (*rows != *columns) {
    return in.Error(Text("the matrix is ", *rows, " x ", *columns, ", expected a square one"));
  }
  // Rows without an entry are allowed, but not so many that the file's size says nothing about what
  // we allocate.
  if (*rows > 16 + in.remaining()) {
    return in.Error(Text("declares ", *rows, " rows, but only ", in.remaining(), " bytes follow"));
  }
  size.rows = *rows;
  size.entries = *entries;
  return size;
}

absl::StatusOr<Entry> ParseEntry(TextScanner& in, const Size& size, const Kind& kind) {
  auto row = in.NextInteger("a row", 1, size.rows);
  if (!row.ok()) return row.status();
  auto column = in.NextInteger("a column", 1, size.rows);
  if (!column.ok()) return column.status();
  double value = 1;
  if (!kind.pattern) {
    auto number = in.NextReal("a value");
    if (!number.ok()) return number.status();
    value = *number;
  }
  if (!in.AtEndOfLine()) return in.Error(Text("surplus ", Quoted(in.NextToken()), " in an entry"));
  return Entry{static_cast<std::int32_t>(*row - 1), static_cast<std::int32_t>(*column - 1), value,
               in.line()};
}

// Sorts the entries by place; an error where two share one.
absl::Status SortEntries(const TextScanner& in, std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.row != b.row) return a.row < b.row;
    return a.column != b.column ? a.column < b.column : a.line < b.line;
  });
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const Entry& a = entries[i - 1];
    const Entry& b = entries[i];
    if (a.row == b.row && a.column == b.column) {
      return in.ErrorAt(std::max(a.line, b.line),
                        Text("the entry (", a.row + 1, ", ", a.column + 1,
                             ") stands already on line ", std::min(a.line, b.line)));
    }
  }
  return absl::OkStatus();
}

bool IsSymmetric(const SparseMatrix& a) {
  for (std::int32_t row = 0; row < a.size(); ++row) {
    for (std::int64_t e = a.offsets[row]; e < a.offsets[row + 1]; ++e) {
      const std::int32_t column = a.columns[e];
      const auto last = a.columns.begin() + a.offsets[column + 1];
      const auto mirror = std::lower_bound(a.columns.begin() + a.offsets[column], last, row);
      if (mirror == last || *mirror != row) return false;
      if (a.values[mirror - a.columns.begin()] != a.values[e]) return false;
    }
  }
  return true;
}

}  // namespace

bool LooksLikeMatrixMarket(std::string_view text) { return text.starts_with(kBanner); }

absl::StatusOr<MatrixMarketMatrix> ParseMatrixMarket(std::string_view text, std::string_view name) {
  TextScanner in(text, name);
  auto kind = ParseBanner(in);
  if (!kind.ok()) return kind.status();
  auto size = ParseSize(in);
  if (!size.ok()) return size.status();

  std::vector<Entry> entries;
  // The file's count is a claim: an entry takes at least four bytes of what follows (the last line
  // may lack its end).
  const std::int64_t most_entries = std::min(size->entries, (in.remaining() + 1) / 4);
  entries.reserve(most_entries * (kind->symmetric ? 2 : 1));
  std::int64_t read = 0;
  while (in.NextDataLine('%', /*skip_blank=*/true)) {
    if (read == size->entries) {
      return in.Error(
          Text("more than the ", size->entries, " entries that line ", size->line, " declares"));
    }
    auto entry = ParseEntry(in, *size, *kind);
    if (!entry.ok()) return entry.status();
    ++read;
    entries.push_back(*entry);
    if (kind->symmetric && entry->row != entry->column) {
      entries.push_back(Entry{entry->column, entry->row, entry->value, entry->line});
    }
  }
  if (read < size->entries) {
    return in.ErrorAt(in.line() + 1,
                      Text("the file ends after ", read, " of ", size->entries, " entries"));
  }
  if (absl::Status status = SortEntries(in, entries); !status.ok()) return status;

  MatrixMarketMatrix result;
  SparseMatrix& matrix = result.matrix;
  matrix.offsets.assign(size->rows + 1, 0);
  matrix.columns.reserve(entries.size());
  matrix.values.reserve(entries.size());
  for (const Entry& entry : entries) {
    ++matrix.offsets[entry.row + 1];
    matrix.columns.push_back(entry.column);
    matrix.values.push_back(entry.value);
  }
  for (std::int64_t row = 0; row < size->rows; ++row)
    matrix.offsets[row + 1] += matrix.offsets[row];
  result.has_values = !kind->pattern;
  result.symmetric = kind->symmetric || IsSymmetric(matrix);
  return result;
}

}  // namespace heddle::mesh
