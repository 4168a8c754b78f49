"""Calls the server with code that grpc_python_plugin generated: python3 interop.py <address> <folder of that code>.

Prints OK at the end; any failed expectation is an exception.
"""
import sys

address, generated = sys.argv[1:]
sys.path.insert(0, generated)

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from guichet.v1 import inbox_pb2, inbox_pb2_grpc, ingest_pb2, ingest_pb2_grpc
from guichet.v1 import routing_pb2, routing_pb2_grpc, types_pb2


def bearer(token):
    return (("authorization", "Bearer " + token),)


def dynamic(package, messages):
    """Message classes of a service whose .proto is not packaged: {name: [(field, number, type, repeated)]}."""
    file = descriptor_pb2.FileDescriptorProto(name=package + ".proto", package=package, syntax="proto3")
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            added = message.field.add(name=field, number=number, label=3 if repeated else 1)
            if isinstance(kind, str):
                added.type = 11
                added.type_name = "." + package + "." + kind
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {name: factory.GetPrototype(pool.FindMessageTypeByName(package + "." + name)) for name in messages}


STRING, BYTES, INT32 = 9, 12, 5


def unary(channel):
    stub = routing_pb2_grpc.RoutingServiceStub(channel)
    request = routing_pb2.ClaimRequest(request_id="r1", conversation="c1")
    response = stub.Claim(request, metadata=bearer("t-agent"), timeout=5)
    assert response.conversation.id == "c1", response
    try:
        request.conversation = "refuse"
        stub.Claim(request, metadata=bearer("t-agent"), timeout=5)
        raise AssertionError("was not refused")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        assert error.details() == "somebody else has it: Zo\u00eb", error
        detail = types_pb2.ErrorDetail()
        detail.ParseFromString(dict(error.trailing_metadata())["guichet-error-bin"])
        assert detail.reason == "owned_by_other" and detail.owner == "agent2", detail
        assert detail.state == types_pb2.CONVERSATION_STATE_OWNED, detail
    try:
        stub.Claim(request, timeout=5)
        raise AssertionError("was not refused")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED, error


def streams(channel):
    watch = inbox_pb2_grpc.InboxServiceStub(channel).Watch(
        inbox_pb2.WatchRequest(conversation="50"), metadata=bearer("t-viewer"), timeout=10)
    assert [response.cursor for response in watch] == [str(i) for i in range(50)]
    requests = (ingest_pb2.SubmitStreamRequest(message=ingest_pb2.InboundMessage(external_id=str(i)))
                for i in range(1000))
    answers = ingest_pb2_grpc.IngestServiceStub(channel).SubmitStream(
        requests, metadata=bearer("t-channel"), timeout=20)
    assert [answer.external_id for answer in answers] == [str(i) for i in range(1000)]
    endless = inbox_pb2_grpc.InboxServiceStub(channel).Watch(
        inbox_pb2.WatchRequest(conversation="forever"), metadata=bearer("t-viewer"))
    next(endless)
    endless.cancel()


def health(channel):
    kinds = dynamic("grpc.health.v1", {"HealthCheckRequest": [("service", 1, STRING, False)],
                                       "HealthCheckResponse": [("status", 1, INT32, False)]})
    check = channel.unary_unary("/grpc.health.v1.Health/Check",
                                request_serializer=kinds["HealthCheckRequest"].SerializeToString,
                                response_deserializer=kinds["HealthCheckResponse"].FromString)
    for service in ("", "guichet.v1.RoutingService"):
        assert check(kinds["HealthCheckRequest"](service=service), timeout=5).status == 1, service


def reflection(channel):
    kinds = dynamic("grpc.reflection.v1alpha", {
        "ServerReflectionRequest": [("file_containing_symbol", 4, STRING, False), ("list_services", 7, STRING, False)],
        "ServerReflectionResponse": [("file_descriptor_response", 4, "FileDescriptorResponse", False),
                                     ("list_services_response", 6, "ListServiceResponse", False)],
        "FileDescriptorResponse": [("file_descriptor_proto", 1, BYTES, True)],
        "ListServiceResponse": [("service", 1, "ServiceResponse", True)],
        "ServiceResponse": [("name", 1, STRING, False)]})
    info = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                 request_serializer=kinds["ServerReflectionRequest"].SerializeToString,
                                 response_deserializer=kinds["ServerReflectionResponse"].FromString)
    ask = kinds["ServerReflectionRequest"]
    listed = next(info(iter([ask(list_services="*")]), timeout=5)).list_services_response.service
    names = {service.name for service in listed}
    wanted = {"guichet.v1.RoutingService", "guichet.v1.InboxService", "guichet.v1.IngestService",
              "grpc.health.v1.Health"}
    assert wanted <= names, names
    files = next(info(iter([ask(file_containing_symbol="guichet.v1.RoutingService")]), timeout=5))
    described = [descriptor_pb2.FileDescriptorProto.FromString(file)
                 for file in files.file_descriptor_response.file_descriptor_proto]
    assert any(service.name == "RoutingService" for file in described for service in file.service)


with grpc.insecure_channel(address) as opened:
    unary(opened)
    streams(opened)
    health(opened)
    reflection(opened)
print("OK")
