using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.History;

/// <summary>A past invocation with its event and answer, and whether it could be run again.</summary>
internal sealed class GetInvocation(InvocationHistory history, FunctionRegistry registry, CodeStore code)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        HistoryInput.Query(request).Done();
        var recorded = await HistoryInput.Recorded(history, request, stop);
        var document = InvocationDocument.Of(recorded);
        document["eventKept"] = recorded.Content is not null;
        document["codeKept"] = await ReplayInvocation.MissingPackage(recorded.Function, code, stop) is null;
        document["isCurrent"] = (await registry.Find(recorded.Function.Key, recorded.Function.Version, stop))?.RevisionId == recorded.Function.RevisionId;
        if (recorded.Content is { } content)
        {
            document["qualifier"] = content.Qualifier.Length > 0 ? content.Qualifier : null;
            document["clientContext"] = content.ClientContext.Length > 0 ? InvocationDocument.Payload(Encoded(content.ClientContext)) : null;
            document["traceId"] = content.TraceId.Length > 0 ? content.TraceId : null;
            document["contentType"] = content.ContentType.Length > 0 ? content.ContentType : null;
            document["event"] = InvocationDocument.Payload(content.Event);
            document["answer"] = content.Answer is { } answer ? InvocationDocument.Payload(answer) : null;
            document["answerSha256"] = content.AnswerDigest is { } digest ? Convert.ToHexStringLower(digest) : null;
        }
        return ApiResponse.Ok(document);
    }

    static byte[] Encoded(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
