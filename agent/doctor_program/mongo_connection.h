// SPDX-License-Identifier: ISC
// Connects libmongoc to one host, itself: libmongoc reports only in words why a connection failed, and not where it
// led.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/doctor/database_messages.h"
#include "agent/doctor_program/c_secret.h"
#include "agent/doctor_program/mongo_objects.h"
#include "platform/files/memory_file.h"

namespace agent::doctor_program {

/// TLS as libmongoc takes it: by paths of files, which are in memory here.
class MongoTls {
 public:
  explicit MongoTls(const DatabaseTls& tls);
  MongoTls(const MongoTls&) = delete;
  MongoTls& operator=(const MongoTls&) = delete;
  ~MongoTls() = default;

  [[nodiscard]] mongoc_ssl_opt_t options() const;

 private:
  std::optional<platform::MemoryFile> ca_;
  std::optional<platform::MemoryFile> pem_;
  std::string ca_path_;
  std::string pem_path_;
  CSecret password_;
};

/// One host and how the way to it ended. It must outlive the client that it is used by.
class MongoConnection {
 public:
  /// `tls`: nothing for a connection without.
  MongoConnection(const Address& host, const MongoTls* tls, std::chrono::milliseconds time);

  /// From now on the client connects through this object.
  void serve(mongoc_client_t* client);

  /// `answered` once there was a connection, and the reason otherwise.
  [[nodiscard]] DatabaseEnd end() const { return end_; }
  /// Numeric, of the last connection.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  static mongoc_stream_t* initiate(const mongoc_uri_t* uri, const mongoc_host_list_t* host, void* self,
                                   bson_error_t* error) noexcept;
  MongoOwner<mongoc_stream_t> connected();
  MongoOwner<mongoc_stream_t> secured(MongoOwner<mongoc_stream_t> plain);

  Address host_;
  const MongoTls* tls_;
  std::chrono::milliseconds time_;
  DatabaseEnd end_ = DatabaseEnd::not_asked;
  std::string address_;
};

}  // namespace agent::doctor_program
