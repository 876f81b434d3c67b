"""docs/notebook.md is true: runs the page's blocks one after another and compares what each prints with the block of text behind it. Arguments: the page and
`extract`, which writes the page's pipeline to notebook.yaml, or `run`, or `show`, which prints the page with what its code prints."""
import contextlib
import io
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)
if sys.argv[2] == "extract":
    open("notebook.yaml", "w").write(next(text for kind, text in blocks if kind == "yaml"))
    sys.exit()
sys.path.insert(0, ".")
names, wrong, compared, printed = {}, 0, 0, ""
for kind, text in blocks:
    if kind == "python":
        assert not printed, f"what the page leaves out: {printed}"
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(text, "notebook.md", "exec"), names)
        printed = out.getvalue()
    elif kind == "text":
        compared += 1
        if printed != text:
            wrong += 1
            print(f"the page says\n{text}and its code prints\n{printed}", file=sys.stderr)
        if sys.argv[2] == "show":
            page = page.replace(f"```text\n{text}```", f"```text\n{printed}```", 1)
        printed = ""
if sys.argv[2] == "show":
    print(page, end="")
    sys.exit()
assert not printed and compared >= 8, (printed, compared)
sys.exit(wrong > 0)
