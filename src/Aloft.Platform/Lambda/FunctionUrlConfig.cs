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

    /// <summary>What is asked for, as a change of what there is; what is not named stays.</summary>
    public static Func<UrlSettings, UrlSettings> ReadSettings(Members input, bool creating)
    {
        IReadOnlyList<string> types = ["NONE", "AWS_IAM"];
        var type = creating ? input.RequiredString("AuthType", among: types) : input.OptionalString("AuthType", among: types);
        var mode = input.OptionalString("InvokeMode", among: ["BUFFERED", "RESPONSE_STREAM"]);
        var given = input.OptionalStructure("Cors");
        var cors = given is null ? null : ReadCors(given);
        input.Done();
        given?.Done();
        return current => new()
        {
            RequiresSignature = type is null ? current.RequiresSignature : type == "AWS_IAM",
            Streams = mode is null ? current.Streams : mode == "RESPONSE_STREAM",
            Cors = given is null ? current.Cors : cors,
        };
    }

    /// <summary>An empty structure takes the settings away, as in AWS.</summary>
    static CorsSettings? ReadCors(Members cors)
    {
        var settings = new CorsSettings(
            Strings("AllowOrigins", maxCount: 100, max: 253, min: 1),
            Strings("AllowMethods", maxCount: 6, max: 6),
            Strings("AllowHeaders", maxCount: 100, max: 1024),
            Strings("ExposeHeaders", maxCount: 100, max: 1024),
            cors.OptionalBool("AllowCredentials"),
            cors.OptionalInt("MaxAge", min: 0, max: 86_400));
        return settings == new CorsSettings(null, null, null, null, null, null) ? null : settings;

        IReadOnlyList<string>? Strings(string name, int maxCount, int max, int min = 0) =>
            cors.OptionalStrings(name, maxCount: maxCount, min: min, max: max) is { Count: > 0 } given ? given : null;
    }

    public static JsonObject Json(FunctionUrl url, HttpRequest http)
    {
        var json = new JsonObject
        {
            ["FunctionUrl"] = $"{http.Scheme}://{http.Host}/lambda-url/{url.UrlId}/",
            ["FunctionArn"] = url.Qualifier is null ? url.Key.Arn.ToString() : $"{url.Key.Arn}:{url.Qualifier}",
            ["AuthType"] = url.Settings.RequiresSignature ? "AWS_IAM" : "NONE",
            ["CreationTime"] = Time(url.CreationTime),
            ["LastModifiedTime"] = Time(url.LastModifiedTime),
            ["InvokeMode"] = url.Settings.Streams ? "RESPONSE_STREAM" : "BUFFERED",
        };
        if (url.Settings.Cors is { } cors)
            json["Cors"] = Json(cors);
        return json;
    }

    static JsonObject Json(CorsSettings cors)
    {
        var json = new JsonObject();
        Add("AllowOrigins", cors.AllowOrigins);
        Add("AllowMethods", cors.AllowMethods);
        Add("AllowHeaders", cors.AllowHeaders);
        Add("ExposeHeaders", cors.ExposeHeaders);
        if (cors.AllowCredentials is { } credentials)
            json["AllowCredentials"] = credentials;
        if (cors.MaxAge is { } maxAge)
            json["MaxAge"] = maxAge;
        return json;

        void Add(string name, IReadOnlyList<string>? values)
        {
            if (values is not null)
                json[name] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        }
    }

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?![0-9]+\z)[0-9a-zA-Z_-]+\z")]
    private static partial Regex AliasPattern();
}
