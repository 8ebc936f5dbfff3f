extension RunOptions {
  package static let help = """
    usage: cnn-repl run NOTEBOOK... [--output-dir DIR | --inplace] [--check] [--timeout S]
                        [--allow-errors] [-p NAME=VALUE]... [--junit FILE] [--html] [--jobs N]

    Runs the code cells of each notebook in order, without Jupyter. Progress and errors
    go to standard error. The exit status is 0 when every cell ran, 1 when one failed.

      --output-dir DIR   write the executed notebooks into this folder
      --inplace          write them over the notebooks themselves
      --check            compare the outputs with the saved ones; a difference fails
      --timeout S        stop a cell that takes longer than S seconds
      --allow-errors     go on after a cell that fails; the error is kept as its output
      -p NAME=VALUE      set a parameter, in a cell behind the one tagged `parameters`;
                         the value is JSON (3, true, [1, 2]) or else a text
      --junit FILE       write the results as JUnit XML
      --html             write each notebook as a page, too: beside it or into DIR
      --jobs N           run N notebooks at a time, each in a process of its own

    Without --output-dir and --inplace no notebook is written. One that fails is still
    written, up to the cell that failed. Tags of cells: `skip-execution` is not run,
    `raises-exception` may fail, `nondeterministic` is not compared by --check.
    """
}
