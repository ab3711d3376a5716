namespace Aloft.Wire;

/// <summary>An Amazon Resource Name: <c>arn:partition:service:region:account:resource</c>.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html</remarks>
public readonly record struct Arn(string Partition, string Service, string Region, string Account, string Resource)
{
    /// <summary>By the beginning of a region's name; the other regions are in <c>aws</c>.</summary>
    static readonly (string Prefix, string Partition)[] Partitions =
    [
        ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b"), ("eu-isoe-", "aws-iso-e"), ("us-isof-", "aws-iso-f"),
    ];

    public static Arn Of(string service, string region, string account, string resource) =>
        new(PartitionOf(region), service, region, account, resource);

    /// <summary>An account's root: IAM's ARNs name no region, but are in one's partition.</summary>
    public static Arn RootOf(string account, string region) => new(PartitionOf(region), "iam", "", account, "root");

    public static string PartitionOf(string region)
    {
        foreach (var (prefix, partition) in Partitions)
            if (region.StartsWith(prefix, StringComparison.Ordinal))
                return partition;
        return "aws";
    }

    /// <summary>False for what is no ARN, and for a region that is not in its partition.</summary>
    public static bool TryParse(string? text, out Arn arn)
    {
        arn = default;
        if (text is null || !text.StartsWith("arn:", StringComparison.Ordinal))
            return false;

        var parts = text.Split(':', 6);
        if (parts.Length != 6 || parts[1].Length == 0 || parts[2].Length == 0 || parts[5].Length == 0)
            return false;

        if (parts[3].Length > 0 && parts[1] != PartitionOf(parts[3]))
            return false;
        arn = new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]);
        return true;
    }

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";
}
