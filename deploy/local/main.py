"""The command line of `./run`."""

from deploy.local.say import Stop, line

USAGE = """Usage: ./run demo    set up and run everything here (PORT, SANDBOX_PORT choose the ports)
       ./run test    set up and run all tests
       ./run bench   set up and print the benchmark table
       ./run lint    only the linters
       ./run reset   throw the demo's data away"""


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit code."""
    name = arguments[0] if arguments else ""
    try:
        if name == "demo":
            from deploy.local.demo import demo

            return demo()
        if name == "reset":
            from deploy.local.demo import reset

            return reset()
        if name in ("test", "bench", "lint"):
            from deploy.local import checks

            return {"test": checks.test, "bench": checks.bench, "lint": checks.lint}[name](arguments[1:])
    except Stop as stop:
        line(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        return 130
    line(USAGE)
    return 0 if name in ("", "help", "-h", "--help") else 2
