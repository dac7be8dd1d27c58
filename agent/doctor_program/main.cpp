// SPDX-License-Identifier: ISC
#include "agent/doctor_program/run.h"

int main() { return agent::doctor_program::run(); }
