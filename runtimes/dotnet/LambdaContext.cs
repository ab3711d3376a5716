using System.Reflection;
using System.Text.Json;

namespace Aloft.Runtime;

/// <summary>
/// What a handler gets as an <c>ILambdaContext</c>, and the interfaces that its members lead to.
/// https://docs.aws.amazon.com/lambda/latest/dg/csharp-context.html
/// </summary>
sealed class LambdaContext(Init init, Invocation invocation, Logs logs)
{
    public const string InterfaceName = "ILambdaContext";

    public object As(Type face) => Duck.Of(face, Member);

    object? Member(MethodInfo member, object?[] arguments) => member.Name switch
    {
        "get_AwsRequestId" => invocation.RequestId,
        "get_FunctionName" => init.FunctionName,
        "get_FunctionVersion" => init.FunctionVersion,
        "get_InvokedFunctionArn" => invocation.FunctionArn,
        "get_MemoryLimitInMB" => init.MemoryMegabytes,
        "get_LogGroupName" => init.LogGroup,
        "get_LogStreamName" => init.LogStream,
        "get_RemainingTime" => Remaining(),
        "get_Logger" => Duck.Of(member.ReturnType, new ContextLogger(logs).Member),
        "get_Identity" => Identity(member.ReturnType),
        "get_ClientContext" => invocation.ClientContext.Length > 0 ? ClientContext(member.ReturnType) : null,
        "get_TraceId" => invocation.TraceId,
        "get_TenantId" => null,
        _ => throw Duck.Unknown(member),
    };

    TimeSpan Remaining()
    {
        var left = invocation.Deadline - TimeProvider.System.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    object Identity(Type face)
    {
        var fields = Fields(invocation.Identity);
        return Duck.Of(face, (member, _) => member.Name switch
        {
            "get_IdentityId" => Text(fields, "cognitoIdentityId"),
            "get_IdentityPoolId" => Text(fields, "cognitoIdentityPoolId"),
            _ => throw Duck.Unknown(member),
        });
    }

    object ClientContext(Type face)
    {
        var fields = Fields(invocation.ClientContext);
        return Duck.Of(face, (member, _) => member.Name switch
        {
            "get_Environment" => Texts(fields, "env"),
            "get_Custom" => Texts(fields, "custom"),
            "get_Client" => fields.TryGetProperty("client", out var client) ? Client(member.ReturnType, client) : null,
            _ => throw Duck.Unknown(member),
        });
    }

    static object Client(Type face, JsonElement fields) => Duck.Of(face, (member, _) => member.Name switch
    {
        "get_InstallationId" => Text(fields, "installation_id"),
        "get_AppTitle" => Text(fields, "app_title"),
        "get_AppVersionName" => Text(fields, "app_version_name"),
        "get_AppVersionCode" => Text(fields, "app_version_code"),
        "get_AppPackageName" => Text(fields, "app_package_name"),
        _ => throw Duck.Unknown(member),
    });

    static JsonElement Fields(string json) => JsonElement.Parse(json.Length > 0 ? json : "{}");

    static string? Text(JsonElement fields, string name) => fields.TryGetProperty(name, out var value) ? value.ToString() : null;

    static Dictionary<string, string> Texts(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.ToString())
            : [];
}
