"""The script language beside Lua 5.4 and CPython, in one run on one machine.

    language_bench.py [--repeat N] [--program NAME ...] [--swift COMMAND] [--json FILE]

Every program of Benchmarks/language is there three times, with the same algorithm: name.cnn, name.lua, name.py.
All three must print the same. Measured is the processor time of the whole process, start-up included, the best
of several runs in which the languages take turns.

The first programs are those that the machine was tuned with; those below the line were not looked at then.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "Benchmarks/language"
TUNED = [
    "loop", "cell", "fib", "convolution", "tensor", "sieve", "nbody", "strings", "dictionary", "closures", "methods"]
HELD_OUT = ["spectral", "mandelbrot", "splitting", "sorting", "queue"]
PATIENCE = 120.0


def seconds(command):
    """Runs a program: its processor time, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=PATIENCE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used, done.stdout.split()


def measure(names, languages, repeat):
    rows = []
    for name in names:
        best = {}
        printed = {}
        # In turns, so that whatever else the machine does meets all of them.
        for _ in range(repeat):
            for language, command, ending in languages:
                used, output = seconds([*command, f"{name}.{ending}"])
                best[language] = min(used, best.get(language, used))
                printed[language] = output
        wanted = next(iter(printed.values()))
        for language, output in printed.items():
            if output != wanted:
                raise RuntimeError(f"{name}: {language} printed {output}, not {wanted}")
        times = {f"{language}_s": value for language, value in best.items()}
        rows.append({"program": name, "held_out": name in HELD_OUT, **times})
    return rows


def ratio(row, language):
    """How many times as long the other language takes."""
    return row[f"{language}_s"] / max(row["cnn_s"], 1e-9) if f"{language}_s" in row else None


def show(rows, languages):
    others = [language for language, *_ in languages if language != "cnn"]
    titles = ["program", *(f"{language}, s" for language, *_ in languages), *(f"{other} / cnn" for other in others)]
    print("".join(f"{title:<14}" if not number else f"{title:>13}" for number, title in enumerate(titles)))
    for number, row in enumerate(rows):
        if row["held_out"] and number and not rows[number - 1]["held_out"]:
            print("-" * (14 + 13 * (len(titles) - 1)))
        cells = [f"{row[f'{language}_s']:>13.3f}" for language, *_ in languages]
        cells += [f"{ratio(row, other):>13.2f}" for other in others]
        print(f"{row['program']:<14}" + "".join(cells))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--program", nargs="+", default=TUNED + HELD_OUT, choices=TUNED + HELD_OUT)
    parser.add_argument(
        "--swift", default=str(ROOT / ".build/release/cnn-repl"), help="the program to run .cnn files with")
    parser.add_argument("--json", type=Path, help="also leave the numbers in this file")
    arguments = parser.parse_args()
    languages = [("cnn", [arguments.swift], "cnn")]
    lua = shutil.which("lua5.4")
    if lua:
        languages.append(("lua", [lua], "lua"))
    else:
        print("lua5.4 is not installed (apt-get install lua5.4): no comparison with it", file=sys.stderr)
    languages.append(("python", [sys.executable], "py"))
    rows = measure(arguments.program, languages, arguments.repeat)
    show(rows, languages)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
