// SPDX-License-Identifier: ISC
#include "agent/program.h"

int main(int argc, char** argv) { return agent::run(argc, argv); }
