"""What the benches of whole processes share: starting one and taking its figures, medians, and a word on the machine."""
import os
import re
import statistics
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "build", "release")
BETTIFLOW = os.path.join(BUILD, "bin", "bettiflow")
PROCESS = os.path.join(BUILD, "tests", "bench_process")


class Bench:
    """Starts processes in the folder of the inputs."""

    def __init__(self, folder, cpus, seconds=0, mebibytes=0):
        self.folder, self.cpus, self.seconds, self.mebibytes = folder, cpus, seconds, mebibytes

    def start(self, command, cpus=None, output="out", limited=False):
        cpus = ",".join(map(str, cpus or self.cpus[-1:]))
        limits = [str(self.seconds), str(self.mebibytes)] if limited else ["0", "0"]
        arguments = [PROCESS, cpus, *limits, output, *command]
        return subprocess.Popen(arguments, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        figures, errors = process.communicate()
        if process.returncode:
            sys.exit(f"bench: {errors}")
        wall, user, system, peak, code = figures.split()
        return {"wall": float(wall), "cpu": float(user) + float(system), "peak_mb": int(peak) / 1024, "code": int(code), "errors": errors}

    def run(self, command, **how):
        return self.finish(self.start(command, **how))

    def must(self, command, **how):
        result = self.run(command, **how)
        if result["code"]:
            sys.exit(f"bench: {' '.join(command)} ends with {result['code']}: {result['errors']}")
        return result

    def output(self, name="out"):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()


def medians(runs):
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak_mb") if key in runs[0]}
    return {**middle, "walls": [run["wall"] for run in runs], "cpus": [run["cpu"] for run in runs]}


def first_line(command, pattern):
    found = re.search(pattern, subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)
    return found[1] if found else "unknown"


def processor():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    return {"cpu": model[1] if model else "unknown", "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0],
            "bettiflow": first_line([BETTIFLOW, "--version"], r"(\S+)\s*(?:\n|$)")}


def need_programs():
    for program, advice in ((BETTIFLOW, "run tools/quickstart first"), (PROCESS, "run tools/check first")):
        if not os.path.exists(program):
            sys.exit(f"bench: no {program}; {advice}")
