#include "lib/cli/main.h"

#include "cmd/wait/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::WaitCommand(), argc, argv);
}
