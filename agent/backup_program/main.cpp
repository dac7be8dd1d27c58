// SPDX-License-Identifier: ISC
#include "agent/backup_program/run.h"

int main() { return agent::backup_program::run(); }
