using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Lambda;

/// <summary>What the operations on function URLs have in common. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html</summary>
internal static partial class FunctionUrlConfig
{
    /// <summary>Name and qualifier; the qualifier can only be an alias.</summary>
    public static FunctionName TakeName(ApiRequest request, Members input)
    {
        var name = FunctionName.Take(request, input);
        if (request.Query("Qualifier") is { } qualifier && !AliasPattern().IsMatch(qualifier))
            input.Fault("Qualifier", qualifier, @"Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)");
        return name;
    }

    /// <summary>The same of a request that has no other input.</summary>
    public static FunctionName ParseName(ApiRequest request)
    {
        var input = Members.Empty();
        var name = TakeName(request, input);
        input.Done();
        return name;
    }

    /// <summary>What the registry knows the URL by: an alias, or null for the function itself.</summary>
    public static string? Alias(FunctionName name) => name.Qualifier == FunctionVersion.Latest ? null : name.Qualifier;

    /// <summary>Refuses what Aloft does not do yet: only plain URLs that anyone may call, answered in one piece.</summary>
    public static void ReadOptions(Members input, bool creating)
    {
        IReadOnlyList<string> types = ["NONE", "AWS_IAM"];
        var type = creating ? input.RequiredString("AuthType", among: types) : input.OptionalString("AuthType", among: types);
        var mode = input.OptionalString("InvokeMode", among: ["BUFFERED", "RESPONSE_STREAM"]);
        input.OnlyDefault("Cors", ConfigurationInput.IsEmpty);
        input.Done();
        if (type == "AWS_IAM")
            throw LambdaError.Invalid(
                "The AuthType AWS_IAM is not supported by Aloft yet. Use NONE, and let the function check its callers.");
        if (mode == "RESPONSE_STREAM")
            throw LambdaError.Invalid("The InvokeMode RESPONSE_STREAM is not supported by Aloft yet. Use BUFFERED.");
    }

    public static JsonObject Json(FunctionUrl url, HttpRequest http) => new()
    {
        ["FunctionUrl"] = $"{http.Scheme}://{http.Host}/lambda-url/{url.UrlId}/",
        ["FunctionArn"] = url.Qualifier is null ? url.Key.Arn.ToString() : $"{url.Key.Arn}:{url.Qualifier}",
        ["AuthType"] = "NONE",
        ["CreationTime"] = Time(url.CreationTime),
        ["LastModifiedTime"] = Time(url.LastModifiedTime),
        ["InvokeMode"] = "BUFFERED",
    };

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?![0-9]+\z)[0-9a-zA-Z_-]+\z")]
    private static partial Regex AliasPattern();
}
