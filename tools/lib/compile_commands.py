"""Makes compile_commands.json, for clang-tidy and editors, from what Bazel would run."""

import json
import os
import subprocess

# Options of g++ that clang does not know.
_GCC_ONLY = ("-fno-canonical-system-headers", "-Wno-free-nonheap-object", "-Wunused-but-set-parameter")


def entry_of(root, arguments):
  """The entry of one compile action; None where it has no source of ours."""
  source = arguments[arguments.index("-c") + 1] if "-c" in arguments else ""
  if not source or source.startswith(("bazel-out/", "external/")):
    return None
  kept, skip = [], False
  for argument in arguments:
    if skip:
      skip = False
    elif argument in ("-MF", "-o"):
      skip = True
    elif argument not in _GCC_ONLY and argument != "-MD" and not argument.startswith("-frandom-seed="):
      kept.append(argument)
  if source.endswith((".cc", ".cpp")):
    kept[:1] = ["clang++", "-fsized-deallocation"]  # A default of g++ that clang 14 has not.
  else:
    kept[0] = "clang"
  return {"directory": root, "file": source, "arguments": kept}


def generate(root, bazel, targets="//..."):
  """Writes root/compile_commands.json; returns {source: entry}."""
  output = subprocess.run(bazel + ["aquery", "--noshow_progress", "--keep_going", "--output=jsonproto",
                                   'mnemonic("CppCompile", %s)' % targets],
                          cwd=root, check=True, capture_output=True, text=True).stdout
  entries = {}
  for action in json.loads(output).get("actions", []):
    entry = entry_of(root, action["arguments"])
    if entry:
      entries.setdefault(entry["file"], entry)
  # Generated headers (a frontend's stripped include folder) are found through Bazel's output tree.
  execroot = subprocess.run(bazel + ["info", "execution_root"], cwd=root, check=True, capture_output=True, text=True).stdout.strip()
  for entry in entries.values():
    entry["arguments"] = [_absolute(argument, execroot) for argument in entry["arguments"]]
  with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as file:
    json.dump(list(entries.values()), file, indent=1)
  return entries


def _absolute(argument, execroot):
  if argument.startswith("bazel-out/"):
    return os.path.join(execroot, argument)
  if argument.startswith("-Ibazel-out/"):
    return "-I" + os.path.join(execroot, argument[2:])
  return argument
