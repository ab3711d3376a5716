using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html</summary>
internal sealed class AddPermission(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var statement = StatementInput.Read(input);
        var revision = input.OptionalString("RevisionId");
        input.Done();

        var (key, qualifier) = PolicyQualifier.Check(name);
        var json = statement.Json(qualifier is null ? key.Text : $"{key.Text}:{qualifier}", key.Region);
        return new() { HttpStatus = 201, Body = new() { ["Statement"] = await registry.Policies.Add(key, qualifier, revision, json, stop) } };
    }
}
