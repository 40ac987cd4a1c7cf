#!/usr/bin/env python3
"""Writes the man page and the shells' completions from what the dynarock program itself says with --help.

  packaging/command_line.py PROGRAM DIRECTORY [--frame FILE]
  packaging/command_line.py PROGRAM --guide docs/guide/running.md

DIRECTORY gets dynarock.1, dynarock.bash, _dynarock (zsh) and dynarock.fish. The page of the guide gets the table of
serve's options.
"""
import argparse
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# The value that an option takes, as CLI11 writes it after the names.
CHOICES = re.compile(r":\{([^}]*)\}")
RANGE = re.compile(r" in \[([^\]]*)\]")
DEFAULT = re.compile(r"^[^=]*?=(.*?)(?= \(Env:| Excludes:| Needs:| REQUIRED| \.\.\.|$)")
VARIABLE = re.compile(r"\(Env:(\w+)\)")
FOLDERS = ("--data",)


@dataclass
class Option:
    names: list  # "-h", "--help"
    form: str  # all that stands between the names and the text
    text: str

    @property
    def choices(self):
        return CHOICES.search(self.form)[1].split(",") if CHOICES.search(self.form) else []

    @property
    def default(self):
        found = DEFAULT.search(self.form)
        return found[1].strip() if found else ""

    @property
    def variable(self):
        found = VARIABLE.search(self.form)
        return found[1] if found else ""

    @property
    def value(self):
        """The kind of its value: "", "FILE", "NUMBER", "TEXT"."""
        word = re.match(r"[A-Z]+", self.form)
        if not word or word[0] in ("REQUIRED",) or self.form.startswith(("Excludes:", "Needs:")):
            return ""
        return "NUMBER" if word[0] in ("INT", "UINT", "FLOAT") else word[0]

    @property
    def is_file(self):
        return self.value in ("FILE", "PATH") or self.value == "TEXT" and "--handler" in self.names


@dataclass
class Command:
    path: tuple  # ("trigger", "add")
    text: str
    options: list
    positionals: list
    subcommands: list = field(default_factory=list)

    def all(self):
        yield self
        for command in self.subcommands:
            yield from command.all()


def entries(section):
    """(head, text) of each entry of a section of the help."""
    found = []
    for line in section.splitlines():
        if not line.strip():
            continue
        if line.startswith("   "):  # the text of the entry before
            found[-1][1] += " " * bool(found[-1][1]) + line.strip()
            continue
        head, _, text = line.strip().partition("  ")
        found.append([head.strip(), text.strip()])
    return found


def option_of(head, text):
    names, _, form = head.partition(" ")
    return Option(names.split(","), form, text)


def read_command(program, path=()):
    """The command and its subcommands. Errors: CalledProcessError."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DYNAROCK_", "AWS_"))}
    text = subprocess.run(
        [program, *path, "--help"], capture_output=True, text=True, check=True, timeout=60, env=environment
    ).stdout
    sections = dict(re.findall(r"^(\w+):\n((?:  .*\n|\n(?=  ))*)", text, re.M))
    command = Command(
        path,
        text.splitlines()[0],
        [option_of(*entry) for entry in entries(sections.get("Options", ""))],
        entries(sections.get("Positionals", "")),
    )
    for name, _ in entries(sections.get("Subcommands", "")):
        command.subcommands.append(read_command(program, (*path, name)))
    return command


def roff(text):
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


def man_option(option):
    names = ", ".join(f"\\fB{roff(name)}\\fR" for name in option.names)
    value = "|".join(option.choices) or option.value
    facts = []
    if RANGE.search(option.form):
        facts.append(f"from {RANGE.search(option.form)[1].replace(' - ', ' to ')}")
    if option.default:
        facts.append(f"default {option.default}")
    if option.variable:
        facts.append(f"environment variable {option.variable}")
    if "REQUIRED" in option.form:
        facts.append("required")
    more = f" ({'; '.join(facts)})" if facts else ""
    return f".TP\n{names}" + (f" \\fI{roff(value)}\\fR" if value else "") + f"\n{roff(option.text + more)}.\n"


def man_page(root, frame):
    parts = []
    for command in root.all():
        if not command.path:
            continue
        name = " ".join(("dynarock", *command.path))
        parts.append(f".SS {roff(name)}\n{roff(command.text)}.\n")
        for head, text in command.positionals:
            parts.append(f".TP\n\\fI{roff(head)}\\fR\n{roff(text)}.\n")
        parts += [man_option(option) for option in command.options if "--help" not in option.names]
    general = "".join(man_option(option) for option in root.options)
    return frame.replace("@OPTIONS@\n", general).replace("@COMMANDS@\n", "".join(parts))


def guide_row(option):
    value = "\\|".join(option.choices) or {"NUMBER": "N", "TEXT": "VALUE"}.get(option.value, option.value)
    default = option.default or ("" if option.value else "off")
    cells = [
        f"`{option.names[-1]}`" + (f" {value}" if value else ""),
        f"`{option.variable}`" if option.variable else "",
        default.replace("|", "\\|"),
        option.text.replace("|", "\\|"),
    ]
    return f"| {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |")


def guide_table(root):
    """The options of `serve` as Markdown."""
    (serve,) = (command for command in root.subcommands if command.path == ("serve",))
    head = "| option | variable | default | meaning |\n| --- | --- | --- | --- |\n"
    return head + "".join(guide_row(option) for option in serve.options if "--help" not in option.names)


def with_guide_table(page, root):
    """The page with a new table of options. Requires: it has one."""
    return re.sub(r"\| option \| variable \|.*\n(?:\|.*\n)*", lambda _: guide_table(root), page, count=1)


def bash_completion(root):
    cases, values = [], []
    for command in root.all():
        path = "/".join(command.path)
        words = [name for option in command.options for name in option.names]
        words += [subcommand.path[-1] for subcommand in command.subcommands]
        cases.append(f"    '{path}') words='{' '.join(words)}' ;;")
        for option in command.options:
            keys = "|".join(f"'{path} {name}'" for name in option.names)
            if option.choices:
                values.append(f"    {keys}) COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$word\")); return ;;")
            elif any(name in FOLDERS for name in option.names):
                values.append(f"    {keys}) COMPREPLY=($(compgen -d -- \"$word\")); return ;;")
            elif option.is_file:
                values.append(f"    {keys}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;")
            elif option.value:
                values.append(f"    {keys}) return ;;")
    paths = "|".join(f"'{'/'.join(command.path)}'" for command in root.all() if command.path)
    nl = "\n"
    return f"""# bash completion of dynarock; made from its --help
_dynarock() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} path='' next words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next=${{path:+$path/}}${{COMP_WORDS[i]}}
    case $next in
      {paths}) path=$next ;;
    esac
  done
  case "$path $previous" in
{nl.join(values)}
  esac
  case $path in
{nl.join(cases)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _dynarock dynarock
"""


def zsh_quoted(text):
    return text.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh_action(option):
    if option.choices:
        return f":value:({' '.join(option.choices)})"
    if any(name in FOLDERS for name in option.names):
        return ":folder:_files -/"
    if option.is_file:
        return ":file:_files"
    return ":value: " if option.value else ""


def zsh_function(command):
    name = "_".join(("_dynarock", *command.path)).replace("-", "_")
    specs = []
    for option in command.options:
        for spelling in option.names:
            specs.append(f"    '{spelling}[{zsh_quoted(option.text)}]{zsh_action(option)}'")
    lines = [f"{name}() {{"]
    if not command.subcommands:
        return "\n".join([*lines, "  _arguments \\", " \\\n".join(specs), "}"])
    specs += ["    '1:command:->command'", "    '*::arguments:->arguments'"]
    described = [f"        '{each.path[-1]}:{zsh_quoted(each.text)}'" for each in command.subcommands]
    calls = [f"        {each.path[-1]}) {name}_{each.path[-1].replace('-', '_')} ;;" for each in command.subcommands]
    lines += [
        "  local state line",
        "  local -a commands",
        "  _arguments -C \\",
        " \\\n".join(specs),
        "  case $state in",
        "    command)",
        "      commands=(",
        *described,
        "      )",
        "      _describe command commands ;;",
        "    arguments)",
        "      case $line[1] in",
        *calls,
        "      esac ;;",
        "  esac",
        "}",
    ]
    return "\n".join(lines)


def zsh_completion(root):
    functions = "\n\n".join(zsh_function(command) for command in root.all())
    return f'#compdef dynarock\n# zsh completion of dynarock; made from its --help\n\n{functions}\n\n_dynarock "$@"\n'


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_condition(command):
    seen = [f"__fish_seen_subcommand_from {name}" for name in command.path]
    below = [each.path[-1] for each in command.subcommands]
    if below:
        seen.append(f"not __fish_seen_subcommand_from {' '.join(below)}")
    return "; and ".join(seen)


def fish_completion(root):
    lines = ["# fish completion of dynarock; made from its --help", "complete -c dynarock -f"]
    for command in root.all():
        condition = f"-n {fish_quoted(fish_condition(command))} " if fish_condition(command) else ""
        for each in command.subcommands:
            lines.append(f"complete -c dynarock {condition}-a {each.path[-1]} -d {fish_quoted(each.text)}")
        for option in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            value = ""
            if option.choices:
                value = f" -x -a {fish_quoted(' '.join(option.choices))}"
            elif any(name in FOLDERS for name in option.names):
                value = " -x -a '(__fish_complete_directories)'"
            elif option.is_file:
                value = " -r -F"
            elif option.value:
                value = " -x"
            lines.append(f"complete -c dynarock {condition}{names}{value} -d {fish_quoted(option.text)}")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("directory", type=Path, nargs="?")
    parser.add_argument("--frame", type=Path, default=Path(__file__).with_name("dynarock.1.in"))
    parser.add_argument("--guide", type=Path)
    options = parser.parse_args()
    if (options.directory is None) == (options.guide is None):
        parser.error("name either DIRECTORY or --guide")
    root = read_command(os.path.abspath(options.program))
    if options.guide:
        page = options.guide.read_text(encoding="utf-8")
        options.guide.write_text(with_guide_table(page, root), encoding="utf-8")
        return
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("dynarock.1", man_page(root, options.frame.read_text(encoding="utf-8"))),
        ("dynarock.bash", bash_completion(root)),
        ("_dynarock", zsh_completion(root)),
        ("dynarock.fish", fish_completion(root)),
    ):
        (options.directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
