#include "lib/cli/main.h"

#include "cmd/report/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::ReportCommand(), argc, argv);
}
