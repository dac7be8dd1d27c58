// SPDX-License-Identifier: ISC
// Owners of libmongoc's objects.
#pragma once

#include <memory>
#include <mongoc/mongoc.h>

namespace agent::doctor_program {

struct MongoFreeing {
  void operator()(mongoc_client_t* client) const { mongoc_client_destroy(client); }
  void operator()(mongoc_server_description_t* server) const { mongoc_server_description_destroy(server); }
  void operator()(mongoc_socket_t* socket) const { mongoc_socket_destroy(socket); }
  void operator()(mongoc_stream_t* stream) const { mongoc_stream_destroy(stream); }
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
};

template <class Object>
using MongoOwner = std::unique_ptr<Object, MongoFreeing>;

}  // namespace agent::doctor_program
