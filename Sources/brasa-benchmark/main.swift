import Glibc

// Not @main: this thread would end in dispatch_main, and under valgrind with it the program.
BenchmarkCommand.start()
while true { pause() }
