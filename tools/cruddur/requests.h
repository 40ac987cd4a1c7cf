// The bodies of the calls that Cruddur makes, as JSON text.
#pragma once

#include <rapidjson/document.h>

#include <string>

namespace dynarock::cruddur {

// CreateTable of cruddur-messages with its index, as the course's schema-load has it.
std::string CreateMessagesTableRequest();

// {"TableName": table}, for DescribeTable and DeleteTable.
std::string TableRequest(const std::string& table);

// ListTables after the table `start`, or from the first if it is empty.
std::string ListTablesRequest(const std::string& start);

// PutItem of `item`, an attribute map, into cruddur-messages.
std::string PutItemRequest(const rapidjson::Value& item);

// BatchWriteItem that puts `items`, attribute maps, into cruddur-messages.
std::string BatchPutRequest(const rapidjson::Value& items);

// UpdateTable of cruddur-messages: a stream of new images, as the course switches it on in the console.
std::string EnableStreamRequest();

// A page of Scan of cruddur-messages; `start` is the last page's LastEvaluatedKey, or nullptr.
std::string ScanRequest(const rapidjson::Value* start);

// Newest rows first of one partition, of one year, with the consumed capacity.
std::string NewestOfYearRequest(const std::string& partition_key, const std::string& year, int limit);

}  // namespace dynarock::cruddur
