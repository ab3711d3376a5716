using System.IO.Pipelines;
using System.Text.Json;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.AwsJson;
using Aloft.Wire.Query;
using Aloft.Wire.RestJson;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Front;

/// <summary>Writes what an operation answered, or why it did not, in the protocol of the caller.</summary>
static class Answer
{
    const string RequestIdHeader = "x-amzn-RequestId";

    internal static ValueTask Write(Call call, ApiResponse answer)
    {
        var response = call.Http.Response;
        response.Headers[RequestIdHeader] = call.RequestId;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;

        // Only REST protocols say anything by their status.
        var isRest = call.Protocol is Protocol.RestJson or Protocol.RestXml;
        response.StatusCode = isRest ? answer.HttpStatus : StatusCodes.Status200OK;

        if (call.Protocol == Protocol.Query)
            return WriteText(response, ContentType(call.Protocol), text =>
                QueryXml.WriteAnswer(text, call.Operation!.Name, call.Service!.Service.XmlNamespace, answer.Body, call.RequestId));
        if (answer.Stream is { } stream)
            return WriteStream(response, answer.ContentType, stream);
        if (answer.Body is { } body)
            return WriteText(response, isRest ? answer.ContentType : ContentType(call.Protocol), text =>
            {
                using var json = new Utf8JsonWriter(text, JsonText.Options);
                body.WriteTo(json);
            });
        return WriteBytes(response, answer.Payload.IsEmpty ? null : answer.ContentType, answer.Payload);
    }

    internal static ValueTask Write(Call call, ApiError error)
    {
        var response = call.Http.Response;
        response.Clear();
        response.StatusCode = error.HttpStatus;
        response.Headers[RequestIdHeader] = call.RequestId;
        if (call.Protocol == Protocol.RestJson)
            response.Headers[RestJsonError.TypeHeader] = error.Code;
        foreach (var (name, value) in error.Headers)
            response.Headers[name] = value;

        return WriteText(response, ContentType(call.Protocol), text =>
        {
            switch (call.Protocol)
            {
                case Protocol.RestXml:
                    QueryXml.WriteBareError(text, error, call.RequestId);
                    break;
                case Protocol.Query:
                    QueryXml.WriteError(text, error, call.Service?.Service.XmlNamespace, call.RequestId);
                    break;
                case Protocol.RestJson:
                    RestJsonError.Write(text, error);
                    break;
                default:
                    AwsJsonError.Write(text, error);
                    break;
            }
        });
    }

    internal static async ValueTask WriteBytes(HttpResponse response, string? contentType, ReadOnlyMemory<byte> bytes)
    {
        if (contentType is not null)
            response.ContentType = contentType;
        if (response.StatusCode is not StatusCodes.Status204NoContent)
            response.ContentLength = bytes.Length;
        if (!bytes.IsEmpty)
            await response.BodyWriter.WriteAsync(bytes, response.HttpContext.RequestAborted);
    }

    static async ValueTask WriteStream(HttpResponse response, string contentType, Func<PipeWriter, CancellationToken, Task> stream)
    {
        response.ContentType = contentType;
        await stream(response.BodyWriter, response.HttpContext.RequestAborted);
    }

    static async ValueTask WriteText(HttpResponse response, string contentType, Action<PooledBytes> content)
    {
        using var text = new PooledBytes();
        content(text);
        await WriteBytes(response, contentType, text.WrittenMemory);
    }

    static string ContentType(Protocol protocol) => protocol switch
    {
        Protocol.AwsJson10 => "application/x-amz-json-1.0",
        Protocol.AwsJson11 => "application/x-amz-json-1.1",
        Protocol.RestJson => "application/json",
        Protocol.RestXml => "application/xml",
        _ => "text/xml",
    };
}
