#include "lib/cli/main.h"

#include "cmd/delete/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::DeleteCommand(), argc, argv);
}
