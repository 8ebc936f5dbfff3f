# Two commands: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

BUILD := swift build -c release
PROGRAMS := .build/release
VENV := build/venv
PYTHON := $(VENV)/bin/python
WEEK1 := notebooks/week1-foundations.ipynb
NOTEBOOKS = $(sort $(wildcard notebooks/*.ipynb))
SWIFT_SOURCES = Package.swift Sources Tests
FUZZ_SECONDS ?= 60

# The kernel of this tree, not another one that the person has installed.
export JUPYTER_PREFER_ENV_PATH := 1

.PHONY: help run test lab notebooks bench fuzz docs format lint clean kernel jupyter

help: ## Lists what can be made
	@echo "Swift CNN: a Jupyter kernel and a terminal for convolutional networks."
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: jupyter ## Sets up, builds, installs the kernel and runs the week-1 notebook
	@$(PYTHON) Tests/Notebooks/execute.py --html --output build $(WEEK1)
	@echo
	@echo "  make lab         opens JupyterLab with the notebooks"
	@echo "  make notebooks   runs all of them"

test: ## Sets up if need be and runs every test
	@.ci/setup test
	@.ci/test

lab: jupyter ## Opens JupyterLab in notebooks/
	@$(PYTHON) -m jupyterlab --notebook-dir=notebooks $(LAB)

notebooks: jupyter ## Runs every notebook; results are left in build/
	@$(PYTHON) Tests/Notebooks/execute.py --html --output build $(NOTEBOOKS)

bench: ## Compares kernel, language and engine with others: Jupyter kernels, Lua, Python, PyTorch, ...
	@.ci/setup bench
	@.ci/setup engine
	@$(BUILD) --product cnn-kernel
	@$(BUILD) --product cnn-repl
	@$(BUILD) --product cnn-bench
	@build/bench-venv/bin/python Benchmarks/kernel_bench.py
	@build/bench-venv/bin/python Benchmarks/language_bench.py
	@build/engine-venv/bin/python Benchmarks/engine_bench.py

fuzz: ## Feeds the language random programs for FUZZ_SECONDS (60)
	@.ci/setup build
	@Tests/Fuzz/run $(FUZZ_SECONDS)

docs: ## Builds the library's documentation into build/docs
	@.ci/setup build
	@.ci/docs

format: ## Formats the Swift sources
	@swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

lint: ## Checks the form of the Swift sources
	@swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

clean: ## Removes everything that was built
	@rm -rf .build build

jupyter: kernel
	@$(PROGRAMS)/cnn-kernel install --prefix $(VENV) >build/install.log

kernel:
	@.ci/setup jupyter
	@$(BUILD)
