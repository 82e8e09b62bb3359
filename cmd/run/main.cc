#include "lib/cli/main.h"

#include "cmd/run/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::RunCommand(), argc, argv);
}
