#include "server/admin/metrics_text.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(MetricsTextTest, WritesFamiliesAndSamples) {
  MetricsText text;
  text.Family("dynarock_tables", "Number of tables.", "gauge");
  text.Sample({}, 3);
  text.Family("dynarock_request_duration_seconds", "Durations.", "histogram");
  text.Sample("_sum", {{"operation", "PutItem"}}, "0.25");
  EXPECT_EQ(text.text(),
            "# HELP dynarock_tables Number of tables.\n# TYPE dynarock_tables gauge\ndynarock_tables 3\n"
            "# HELP dynarock_request_duration_seconds Durations.\n"
            "# TYPE dynarock_request_duration_seconds histogram\n"
            "dynarock_request_duration_seconds_sum{operation=\"PutItem\"} 0.25\n");
}

// A hostile name must not end its label or its line.
TEST(MetricsTextTest, EscapesLabels) {
  MetricsText text;
  text.Family("m", "h", "gauge");
  text.Sample({{"table", "a\"b\\c\nd"}, {"database", "k/r"}}, -1);
  EXPECT_TRUE(text.text().ends_with("m{table=\"a\\\"b\\\\c\\nd\",database=\"k/r\"} -1\n")) << text.text();
}

}  // namespace
}  // namespace dynarock
