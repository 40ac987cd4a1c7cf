// Tests that start processes are their own supervisors, as the server is.
#include <gtest/gtest.h>

#include "server/lambda/process_supervisor.h"

int main(int argc, char** argv) {
  dynarock::SuperviseIfAsked(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
