using System.Text.Json;
using System.Text.RegularExpressions;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>The parameters that several operations share. Each is only to be used after <see cref="Accept"/>.</summary>
static partial class Parameters
{
    internal static LogGroupKey RequiredGroup(this ApiRequest request) =>
        request.Group(request.Body.RequiredString("logGroupName", 1, Limits.MaxNameLength));

    /// <summary>By <c>logGroupName</c> or by <c>logGroupIdentifier</c>, a name or an ARN.</summary>
    internal static LogGroupKey GroupOrIdentifier(this ApiRequest request)
    {
        var name = request.Body.OptionalString("logGroupName", 1, Limits.MaxNameLength);
        var identifier = request.Body.OptionalString("logGroupIdentifier", 1, Limits.MaxIdentifierLength);
        return (name, identifier) switch
        {
            (not null, null) => request.Group(name),
            (null, not null) => request.Identified(identifier),
            (null, null) => throw Faults.Invalid("One of the parameters logGroupName and logGroupIdentifier must be given."),
            _ => throw Faults.Invalid("Only one of the parameters logGroupName and logGroupIdentifier can be given."),
        };
    }

    /// <summary>A group by name, by ARN, or by ARN with <c>:*</c>. Another account's or region's does not exist here.</summary>
    internal static LogGroupKey Identified(this ApiRequest request, string identifier)
    {
        const string resource = "log-group:";
        if (!identifier.StartsWith("arn:", StringComparison.Ordinal))
            return request.Group(identifier, "logGroupIdentifier");
        if (!Arn.TryParse(identifier, out var arn) || arn.Service != "logs" || !arn.Resource.StartsWith(resource, StringComparison.Ordinal))
            throw Faults.Invalid($"Invalid log group ARN: {identifier}");
        if (arn.Account != request.Context.Account || arn.Region != request.Context.Region)
            throw Faults.NoGroup;

        var name = arn.Resource[resource.Length..];
        return request.Group(name.EndsWith(":*", StringComparison.Ordinal) ? name[..^2] : name, "logGroupIdentifier");
    }

    internal static string RequiredStream(this Members members) =>
        members.Stream("logStreamName", members.RequiredString("logStreamName", 1, Limits.MaxNameLength));

    internal static string? OptionalStreamPrefix(this Members members) =>
        members.OptionalString("logStreamNamePrefix", 1, Limits.MaxNameLength) is { } prefix
            ? members.Stream("logStreamNamePrefix", prefix)
            : null;

    internal static IReadOnlyList<string>? OptionalStreams(this Members members)
    {
        var names = members.OptionalStrings("logStreamNames", 1, Limits.MaxStreamNames);
        foreach (var name in names ?? [])
            members.Stream("logStreamNames", name);
        return names;
    }

    internal static int DescribeLimit(this Members members) => members.OptionalInt("limit", 1, Limits.MaxDescribed) ?? Limits.MaxDescribed;

    internal static IReadOnlyDictionary<string, string>? OptionalTags(this Members members)
    {
        var tags = members.OptionalMap("tags", Limits.MaxTags);
        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            if (key.Length is 0 or > Limits.MaxTagKeyLength || !TagText.IsMatch(key))
                members.Fault("tags", key, $"Map keys must have length between 1 and {Limits.MaxTagKeyLength} and satisfy {TagText}");
            if (value.Length > Limits.MaxTagValueLength || !TagText.IsMatch(value))
                members.Fault("tags", value, $"Map values must have length between 0 and {Limits.MaxTagValueLength} and satisfy {TagText}");
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                members.Fault("tags", key, "Map keys must not begin with 'aws:', which is reserved for AWS's own tags");
        }
        return tags;
    }

    /// <summary>The group of a <c>resourceArn</c>, the only taggable resource that Aloft has of this service.</summary>
    internal static LogGroupKey TaggedGroup(this ApiRequest request)
    {
        var arn = request.Body.RequiredString("resourceArn", 1, 1011);
        if (arn.Length == 0)
            return request.Group(arn);
        return arn.StartsWith("arn:", StringComparison.Ordinal) ? request.Identified(arn) : throw Faults.Invalid($"Invalid ARN: {arn}");
    }

    /// <summary>Refuses a true flag that Aloft does not honour.</summary>
    internal static void OnlyFalse(this Members members, string name) =>
        Translated(() => members.OnlyDefault(name, value => value.ValueKind == JsonValueKind.False));

    /// <summary>Refuses any class of log group but the one that Aloft has.</summary>
    internal static void OnlyStandardClass(this Members members) => Translated(
        () => members.OnlyDefault("logGroupClass", value => value.ValueKind == JsonValueKind.String && value.ValueEquals("STANDARD")));

    internal static void Accept(this Members members) => Translated(members.Done);

    /// <summary>This service has one code for every bad parameter.</summary>
    static void Translated(Action check)
    {
        try
        {
            check();
        }
        catch (ApiError fault) when (fault.Code is "ValidationException" or "InvalidParameterValueException")
        {
            throw Faults.Invalid(fault.Message);
        }
    }

    internal static LogGroupKey Group(this ApiRequest request, string name, string member = "logGroupName")
    {
        if (name.Length > 0 && !GroupName.IsMatch(name))
            request.Body.Fault(member, name, "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
        return new(request.Context.Account, request.Context.Region, name);
    }

    /// <summary>Beyond AWS's pattern no NUL, which no database's text can hold.</summary>
    static string Stream(this Members members, string member, string name)
    {
        if (name.AsSpan().ContainsAny(":*\0"))
            members.Fault(member, name, "Member must satisfy regular expression pattern: [^:*]*");
        return name;
    }

    [GeneratedRegex(@"\A[.\-_/#A-Za-z0-9]+\z")]
    private static partial Regex GroupName { get; }

    [GeneratedRegex(@"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagText { get; }
}
