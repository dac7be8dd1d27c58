# SPDX-License-Identifier: ISC
"""What is said on a host in trouble is safe to obey: by `status`, `verify`, `gate` and `ensure`, in each situation.

As in test_advice.py, each command is run as printed. With --table it prints each piece of advice and what came of it.
"""

import harness
from harness import advice, situations

LOOKS = (("status",), ("verify", "--wait", "2s"), ("gate", "--wait", "1s"), ("ensure", "--wait", "2s"))


class Situations(advice.AdviceTest):
    """A test for each situation of a host."""

    def setUp(self):
        harness.need_no_sanitizer("the same commands run in test_situations.py")
        super().setUp()


def scene_of(test, situation, host):
    """The other hosts of a situation are those that can help."""
    mounted = {}
    if situation is situations.state_read_only:
        mounted = {
            "conditions": {"can be written again": lambda: situations.remount(host, "rw")},
            "reset": lambda: situations.remount(host, "ro"),
        }
    others = [each for each in test.hosts if each is not host and each.key_file.exists()]
    return advice.Scene(
        host,
        others[-1] if others else None,
        others[-1] if others else test.host("joiner"),
        fill={"FILE": test.key_source(others[0].key() if others else test.fresh_key())},
        may_make_a_key=not others and not host.key_file.exists(),
        **mounted,
    )


def add_situation(situation):
    def run(test):
        test.assert_safe(situation.name, scene_of(test, situation.build, situation.build(test)), LOOKS)

    what = f"What is said on a host in this situation is safe to obey: {situation.what}"
    advice.add_test(Situations, situation.name.replace(" ", "_"), what, run)


for each in situations.ALL:
    add_situation(each)


if __name__ == "__main__":
    advice.run_tests()
