"""Processes of a test's own, forked from one that has made an application before."""

from __future__ import annotations

import multiprocessing

forks = multiprocessing.get_context("forkserver")
"""The only one: a process of tests has one server of forks, and it imports these once."""
forks.set_forkserver_preload(["tests.forked", "tests.faults.fleet", "tests.storms.storm"])
