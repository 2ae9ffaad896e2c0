"""What coverage tools share: reading C and C++ headers, and keeping a part of a document."""
import re
import sys


def code(path):
  """A header without comments and line continuations."""
  with open(path, encoding="utf-8") as file:
    text = file.read()
  text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
  return re.sub(r"\\\n", " ", text)


def keep(document, begin, end, wanted, check, tool):
  """Puts `wanted` between two marks of a document; where `check`, ends with an error unless it is there."""
  with open(document, encoding="utf-8") as file:
    text = file.read()
  before, rest = text.split(begin)
  after = rest.split(end)[1]
  text_wanted = before + begin + "\n" + wanted + "\n" + end + after
  if check and text != text_wanted:
    sys.exit("%s: what stands between its marks is not what the headers say; run %s" % (document, tool))
  if not check:
    with open(document, "w", encoding="utf-8") as file:
      file.write(text_wanted)
