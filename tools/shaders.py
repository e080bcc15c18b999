"""Embeds the kernel templates of `shaders/` as a Python module for JavaScript, without their comments.

In CPython, `alula.host.shaders` reads the files themselves."""
import re
from pathlib import Path

from tools import ROOT

FOLDER = ROOT / 'shaders'
MODULE = ROOT / 'build' / 'shaders' / 'js' / 'alula' / 'host' / 'shader_texts.py'


def embedded() -> Path:
    """The folder to search the generated module in; written anew where a template changed."""
    texts = {path.relative_to(FOLDER).with_suffix('').as_posix(): compact(path.read_text(encoding='utf-8'))
             for path in sorted(FOLDER.rglob('*.*sl'))}
    rows = ''.join(f'    {name!r}: {text!r},\n' for name, text in texts.items())
    source = f'"""The kernel templates, made of shaders/."""\n\nSHADERS = {{\n{rows}}}\n'
    if not MODULE.exists() or MODULE.read_text(encoding='utf-8') != source:
        MODULE.parent.mkdir(parents=True, exist_ok=True)
        MODULE.write_text(source, encoding='utf-8')
    return MODULE.parents[2]


def compact(text: str) -> str:
    """A template without comments, indentation, empty lines, and spaces beside brackets and the like (`+` and `-` keep
    theirs: two of them side by side are another operator)."""
    text = re.sub(r'//[^\n]*|/\*.*?\*/', '', text, flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return '\n'.join(line if line.startswith('#') else re.sub(r' *([=,;:(){}<>?&|*]) *', r'\1', line)
                     for line in lines) + '\n'
