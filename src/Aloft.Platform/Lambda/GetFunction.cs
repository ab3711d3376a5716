using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html</summary>
internal sealed class GetFunction(FunctionRegistry registry, RuntimeCatalog runtimes, CodeLocation locations)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        var function = await registry.Existing(name, stop);
        var version = await registry.ExistingVersion(name, stop);
        var json = new JsonObject
        {
            ["Configuration"] = FunctionConfiguration.Of(version, runtimes, name.Qualifier),
            ["Code"] = new JsonObject
            {
                ["RepositoryType"] = "S3",
                ["Location"] = await locations.For(version.CodeDigest, request.Http, stop),
            },
        };
        if (function.Tags.Count > 0)
            json["Tags"] = TagsInput.Json(function.Tags);
        if (name.Qualifier is null && function.ReservedConcurrency is { } reserved)
            json["Concurrency"] = new JsonObject { ["ReservedConcurrentExecutions"] = reserved };
        return ApiResponse.Ok(json);
    }
}
