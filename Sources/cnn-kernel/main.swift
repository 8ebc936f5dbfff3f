import Glibc
import Jupyter

exit(KernelProgram.run(Array(CommandLine.arguments.dropFirst())))
